/**
 * Stands in for `@aws-sdk/signature-v4-multi-region` in the bundles (an alias in the bundler's settings): the clients of S3
 * and EventBridge bring it along for requests signed for all regions at once, and for the sessions of S3 Express, neither of
 * which a handler uses.
 */
import { SignatureV4 } from '@smithy/signature-v4';

/** Signs for one region. */
export class SignatureV4MultiRegion extends SignatureV4 {
  /** What signing for all regions would be done with. */
  static sigv4aDependency(): 'none' {
    return 'none';
  }
}

/** The signer of S3 Express is made from it, and never asked. */
export class SignatureV4SignWithCredentials extends SignatureV4 {
  /** @throws always: no handler uses a directory bucket */
  signWithCredentials(): never {
    throw new Error('Cannot sign for S3 Express: the bundles hold no code for its sessions');
  }
}
