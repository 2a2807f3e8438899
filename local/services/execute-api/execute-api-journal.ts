/** What of HTTP APIs outlives the process: each API with its integrations, routes and stages. */
import type { Cloud } from '../../cloud/cloud.ts';
import type { HttpApi, HttpApis, HttpIntegration, HttpRoute, HttpStage } from './http-api.ts';

interface StoredApi extends Pick<HttpApi, 'apiId' | 'name' | 'cors'> {
  readonly integrations: readonly HttpIntegration[];
  readonly routes: readonly HttpRoute[];
  readonly stages: readonly HttpStage[];
}

/** Connects the APIs to the journal: what an earlier process left is there afterwards. */
export function keepApis({ journal }: Cloud, apis: HttpApis): void {
  apis.onChange = journal.keep<StoredApi>({
    name: 'execute-api/apis',
    keys: () => [...apis.all].map(({ apiId }) => apiId),
    read: apiId => {
      const api = apis.find(apiId);
      if (!api) return undefined;
      const { name, cors, integrations, routes, stages } = api;
      const parts = {
        integrations: [...integrations.values()],
        routes: [...routes.values()],
        stages: [...stages.values()],
      };
      return { apiId, name, cors, ...parts };
    },
    restore: (apiId, { name, cors, integrations, routes, stages }) =>
      apis.restore({
        apiId,
        name,
        cors,
        integrations: new Map(integrations.map(integration => [integration.integrationId, integration])),
        routes: new Map(routes.map(route => [route.routeId, route])),
        stages: new Map(stages.map(stage => [stage.stageName, stage])),
        revision: 0,
      }),
  });
}
