import type { Cloud } from '../../cloud/cloud.ts';
import type { Service } from '../../cloud/service.ts';
import { customResourceResponses, RESPONSES_PATH } from './custom-resource-responses.ts';

/** As much of CloudFormation as functions see of it: the address that custom resources answer to. It has no operations. */
export function cloudformationService(cloud: Cloud): Service {
  return {
    name: 'cloudformation',
    wire: {
      protocol: 'http',
      pathPrefix: RESPONSES_PATH,
      handle: async request => customResourceResponses(cloud).receive(request),
    },
    operations: {},
  };
}
