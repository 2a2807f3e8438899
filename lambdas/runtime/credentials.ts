/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundles (an alias in the bundler's settings): Lambda gives a
 * function its credentials as environment variables, so the profiles, single sign-on and metadata clients of the full
 * chain, a third of a bundle, are left out.
 */
import { optionalVariable, textVariable } from './environment.ts';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The credentials of the function's role. */
export function defaultProvider(): () => Promise<Credentials> {
  return async () => {
    const sessionToken = optionalVariable('AWS_SESSION_TOKEN');
    return {
      accessKeyId: textVariable('AWS_ACCESS_KEY_ID'),
      secretAccessKey: textVariable('AWS_SECRET_ACCESS_KEY'),
      ...(sessionToken === undefined ? {} : { sessionToken }),
    };
  };
}
