import type { JsonObject } from '../../../local/cloud/service.ts';
import { isJsonObject } from '../../../local/services/states/json-object.ts';
import type { Corpus } from '../corpus.ts';
import { rowCorpus } from '../json-rows.ts';
import { HARNESSES } from '../snapshots/roster.ts';
import type { SnapshotRow } from '../snapshots/snapshot-case.ts';
import { type CaseVerdict, outOfScope } from '../verdict.ts';

/** Tests whose answers were recorded on AWS, repeated step by step by the harness of their area. */
export const awsSnapshots: Corpus = rowCorpus({
  name: 'aws-snapshots',
  source: 'recorded on AWS',
  group: 'area',
  judge,
});

async function judge(row: JsonObject): Promise<CaseVerdict> {
  if (!isSnapshotRow(row)) return outOfScope('the row has no area or no recording');
  const harness = HARNESSES.find(({ area }) => area === row.area);
  return harness ? harness.run(row) : outOfScope(`${row.area}: no harness for this area`);
}

function isSnapshotRow(row: JsonObject): row is JsonObject & SnapshotRow {
  return typeof row.area === 'string' && typeof row.source === 'string' && isJsonObject(row.recordedContent);
}
