/**
 * Stands in for `@aws-sdk/middleware-endpoint-discovery` in the bundles (an alias in the bundler's settings): the client of
 * DynamoDB brings it along, with a cache, for a way of finding its endpoint that is off unless somebody asks for it.
 */

/** What a client keeps of its settings: all that it was given. */
export function resolveEndpointDiscoveryConfig<Settings>(settings: Settings): Settings {
  return settings;
}

/** Nothing is looked for in the environment. */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => undefined,
  configFileSelector: () => undefined,
  default: undefined,
};
