/**
 * Why we do not agree with a case, for the page of what is supported. Nothing here changes a verdict: a case that is
 * explained counts as failed all the same.
 */
export const KNOWN_MISSES: Readonly<Record<string, string>> = {
  'sfn-0809':
    'of the four iterations of a Map that time out at the same moment, AWS records four timeouts before it ends the Map; we end it at the first',
  'aslx-0070':
    'a linter refuses a Resource that is no ARN; it knows no services, so what is said about Resource is not counted',
  'aslx-0084': 'a linter refuses white space inside {% … %}, which AWS accepts',
  'aslx-0089': 'a linter wants white space inside {% … %}, which AWS does not',
  'aslx-0125': 'a linter accepts a filter that compares with a bare word, which is no JSONPath',
  'aslx-0168': 'a linter accepts a script expression, which AWS does not document',
  'aslx-0403':
    'another interpreter refuses an object in States.Format; AWS writes it as {a=1, b=2} (recorded in sfn-0261)',
};
