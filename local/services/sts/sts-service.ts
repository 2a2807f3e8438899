/** Security Token Service, as far as it says who one is. */
import type { Cloud } from '../../cloud/cloud.ts';
import type { Principal } from '../../cloud/principal.ts';
import type { JsonObject, Service } from '../../cloud/service.ts';

export function stsService(cloud: Cloud): Service {
  return {
    name: 'sts',
    wire: { protocol: 'query', apiVersion: '2011-06-15' },
    operations: { GetCallerIdentity: (_input, call) => callerIdentity(cloud, call.principal) },
    /** Anybody may ask who he is. */
    permissions: () => [],
  };
}

function callerIdentity({ accountId }: Cloud, principal: Principal): JsonObject {
  switch (principal.kind) {
    case 'operator':
      return { Account: accountId, Arn: `arn:aws:iam::${accountId}:root`, UserId: accountId };
    case 'role': {
      const role = principal.roleArn.slice(principal.roleArn.lastIndexOf('/') + 1);
      const arn = `arn:aws:sts::${accountId}:assumed-role/${role}/${principal.session}`;
      return { Account: accountId, Arn: arn, UserId: `${role}:${principal.session}` };
    }
    case 'service':
      return { Account: accountId, Arn: principal.service, UserId: principal.service };
  }
}
