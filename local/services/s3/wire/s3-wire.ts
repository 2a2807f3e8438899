/** S3's REST protocol: path-style and virtual-hosted. */
import type { Cloud } from '../../../cloud/cloud.ts';
import type { HttpWire, JsonObject } from '../../../cloud/service.ts';
import { readRequest } from './read-request.ts';
import { route } from './route.ts';
import { writeError, writeResponse } from './write-response.ts';

export function s3Wire(cloud: Cloud): HttpWire {
  return {
    protocol: 'http',
    async handle(request, principal) {
      const requestId = cloud.ids.uuid();
      try {
        const target = route(request);
        const input = readRequest(target, request);
        const output = await cloud.call<JsonObject | undefined>({
          service: 's3',
          operation: target.operation,
          input,
          principal,
          requestId,
        });
        const response = writeResponse(target.operation, output ?? {});
        return { ...response, headers: { ...response.headers, 'x-amz-request-id': requestId } };
      } catch (error) {
        return writeError(error, { resource: request.path, requestId });
      }
    },
  };
}
