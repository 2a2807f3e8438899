import type { JsonObject } from '../../../cloud/service.ts';
import { isJsonObject } from '../json-object.ts';
import type { GraphPlace } from './graph-place.ts';

const LONGEST_LABEL = 40;
/** White space, wildcards, brackets, special and control characters. */
const NOT_IN_LABEL = /[\s?*<>{}[\]"#%\\^|~`$&,;:/\p{Cc}]/u;

/** Members of an item reader's configuration or a batcher of which at most one may be there. */
const EXCLUSIVE = [
  ['MaxItems', 'MaxItemsPath'],
  ['MaxItemsPerBatch', 'MaxItemsPerBatchPath'],
  ['MaxInputBytesPerBatch', 'MaxInputBytesPerBatchPath'],
];

/** Checks what only a Map has, and the states that it runs for each item. */
export function checkMap(state: JsonObject, place: GraphPlace): void {
  const { report, location, machineLanguage } = place;
  const field = state.ItemProcessor === undefined ? 'Iterator' : 'ItemProcessor';
  const processor = state[field];
  if (processor === undefined) report.error('These fields are required: [ItemProcessor]', location);
  else place.checkGraph(processor, { ...place, location: `${location}/${field}`, language: machineLanguage });
  checkLabel(state.Label, place);
  checkNumbers(state, place);
  const reader = isJsonObject(state.ItemReader) ? state.ItemReader.ReaderConfig : undefined;
  checkExclusive(reader, { ...place, location: `${location}/ItemReader/ReaderConfig` });
  checkExclusive(state.ItemBatcher, { ...place, location: `${location}/ItemBatcher` });
}

function checkLabel(label: unknown, { report, location }: GraphPlace): void {
  if (label === undefined) return;
  const at = `${location}/Label`;
  if (typeof label !== 'string') {
    report.error('Expected value of type String', at);
    return;
  }
  if (label.length > LONGEST_LABEL) report.error(`Label cannot exceed ${LONGEST_LABEL} characters`, at);
  const invalid = NOT_IN_LABEL.exec(label);
  if (invalid) report.error(`Label contains invalid character: '${invalid[0]}'`, at);
}

function checkNumbers(state: JsonObject, { report, location }: GraphPlace): void {
  const rules = [
    { field: 'MaxConcurrency', most: Number.POSITIVE_INFINITY },
    { field: 'ToleratedFailureCount', most: Number.POSITIVE_INFINITY },
    { field: 'ToleratedFailurePercentage', most: 100 },
  ];
  for (const { field, most } of rules) {
    const value = state[field];
    if (typeof value === 'number' && (value < 0 || value > most)) {
      report.error(
        most === 100 ? 'Value must be between 0 and 100' : 'Value must not be negative',
        `${location}/${field}`,
      );
    }
  }
}

function checkExclusive(value: unknown, { report, location }: GraphPlace): void {
  if (!isJsonObject(value)) return;
  for (const group of EXCLUSIVE) {
    if (group.every(field => value[field] !== undefined)) {
      report.error(`Only one of these fields is allowed: [${group.join(', ')}]`, location);
    }
  }
}
