const DOCUMENTS = 200;

/** An event of some 50 KB: members within members, long lists of objects, and dots in the names of members. */
export function largeEvent(): object {
  return {
    version: '0',
    id: '0e6d0c3b-6b9e-4d52-9a3c-0f4b5f7a1c11',
    'detail-type': 'cmd.documents.generate',
    source: 'documents',
    account: '123456789012',
    time: '2024-11-01T10:00:00Z',
    region: 'us-east-1',
    resources: [],
    detail: {
      'payload.nested': { 'another-level': { deep: { 'inside-list': ['a', 'q-test-17', 'b'] } } },
      documents: Array.from({ length: DOCUMENTS }, (_, index) => largeDocument(index)),
    },
  };
}

function largeDocument(index: number): object {
  return {
    id: `document-${index}`,
    pages: index % 40,
    draft: index % 2 === 0,
    reviewer: null,
    titles: { en: `Document ${index}`, de: `Dokument „${index}“`, ja: `文書 ${index}` },
    lines: [1, 2, 3].map(line => ({ line, text: 'x'.repeat(40), weights: [0.5, 1e3, -line] })),
  };
}
