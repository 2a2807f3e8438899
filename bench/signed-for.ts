/** Headers of a request that looks signed: nobody who is measured here checks signatures, some ask who it is for. */
export function signedFor(service: string): Readonly<Record<string, string>> {
  const scope = `bench/20260101/eu-west-1/${service}/aws4_request`;
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    'x-amz-date': '20260101T000000Z',
  };
}
