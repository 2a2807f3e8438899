import { z } from 'zod';
import { parseFunctionName } from '../function-name.ts';
import type { LambdaOperation } from '../lambda-parts.ts';
import { applyMappingSettings, describeMapping, MAPPING_SETTINGS } from '../mapping-settings.ts';
import { mappedFunction } from '../mapping-source.ts';
import { parseInput } from '../parse-input.ts';

const IDENTIFIED = z.object({ UUID: z.string() });
const UPDATE_INPUT = MAPPING_SETTINGS.extend({ UUID: z.string(), FunctionName: z.string().optional() });
const LIST_INPUT = z.object({
  EventSourceArn: z.string().optional(),
  FunctionName: z.string().optional(),
  Marker: z.string().optional(),
  MaxItems: z.coerce.number().int().min(1).optional(),
});
const PAGE_SIZE = 100;

export const getEventSourceMapping: LambdaOperation = lambda => input =>
  describeMapping(lambda.mappings.get(parseInput(IDENTIFIED, input).UUID));

export const updateEventSourceMapping: LambdaOperation = lambda => input => {
  const request = parseInput(UPDATE_INPUT, input);
  const mapping = lambda.mappings.get(request.UUID);
  const source = { kind: mapping.kind, arn: mapping.eventSourceArn };
  const target = request.FunctionName === undefined ? undefined : mappedFunction(lambda, request.FunctionName);
  const settings = applyMappingSettings(mapping.settings, request, source);
  if (target) {
    mapping.functionName = target.record.name;
    mapping.functionArn = target.invokedArn;
  }
  lambda.mappings.change(mapping, settings);
  return describeMapping(mapping);
};

export const deleteEventSourceMapping: LambdaOperation = lambda => input => {
  const mapping = lambda.mappings.get(parseInput(IDENTIFIED, input).UUID);
  lambda.mappings.delete(mapping);
  return describeMapping(mapping);
};

export const listEventSourceMappings: LambdaOperation = lambda => input => {
  const { EventSourceArn, FunctionName, Marker, MaxItems } = parseInput(LIST_INPUT, input);
  const name = FunctionName === undefined ? undefined : parseFunctionName(FunctionName).name;
  const all = [...lambda.mappings.all].filter(
    mapping =>
      (EventSourceArn === undefined || mapping.eventSourceArn === EventSourceArn) &&
      (name === undefined || mapping.functionName === name),
  );
  const from = Marker === undefined ? 0 : all.findIndex(({ uuid }) => uuid === Marker) + 1;
  const page = all.slice(from, from + Math.min(MaxItems ?? PAGE_SIZE, PAGE_SIZE));
  const last = page.at(-1);
  return {
    EventSourceMappings: page.map(describeMapping),
    ...(last && from + page.length < all.length ? { NextMarker: last.uuid } : {}),
  };
};
