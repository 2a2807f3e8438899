import path from 'node:path';

/** Where the corpora are unless another folder is named: beside the repository. They are no part of it. */
export const ORACLES = path.resolve(import.meta.dirname, '../../../shared/oracles');
