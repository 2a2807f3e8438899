/** Systems Manager, as far as Parameter Store goes. */
import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject, Service } from '../../cloud/service.ts';
import { ParameterStore, type ParameterVersion } from './parameter-store.ts';
import { putParameter } from './put-parameter.ts';
import { keepParameters } from './ssm-journal.ts';

const PAGE_SIZE = 10;
const DESCRIBE_PAGE_SIZE = 50;
const MOST_NAMES = 10;

export function ssmService(cloud: Cloud): Service {
  const store = new ParameterStore();
  keepParameters(cloud, store);
  return {
    name: 'ssm',
    wire: { protocol: 'json', targetPrefix: 'AmazonSSM', version: '1.1' },
    operations: {
      PutParameter: input => putParameter(store, input, cloud.clock.now()),
      GetParameter: input => getParameter(cloud, store, input),
      GetParameters: input => getParameters(cloud, store, input),
      GetParametersByPath: input => getParametersByPath(cloud, store, input),
      GetParameterHistory: input => getParameterHistory(store, input),
      DescribeParameters: input => describeParameters(cloud, store, input),
      DeleteParameter: input => deleteParameter(store, input),
      DeleteParameters: input => deleteParameters(store, input),
    },
    permissions: (operation, input) => {
      const names = [input.Name, input.Path, input.Names].flat().filter(name => typeof name === 'string');
      const resources = names.length === 0 ? ['*'] : names.map(name => arnOf(cloud, name.replace(/:\d+$/, '')));
      return [{ action: `ssm:${operation}`, resources }];
    },
  };
}

function getParameter(cloud: Cloud, store: ParameterStore, input: JsonObject): JsonObject {
  const found = store.find(String(input.Name));
  if (!found) throw new AwsError('ParameterNotFound', '');
  return { Parameter: write(cloud, found.name, found.parameter, found.selector) };
}

function getParameters(cloud: Cloud, store: ParameterStore, input: JsonObject): JsonObject {
  const names = textList(input.Names);
  if (names.length > MOST_NAMES) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length less than or equal to ${MOST_NAMES}`,
    );
  }
  const found = names.map(name => ({ name, hit: store.find(name) }));
  return {
    Parameters: found.flatMap(({ hit }) => (hit ? [write(cloud, hit.name, hit.parameter, hit.selector)] : [])),
    InvalidParameters: found.filter(({ hit }) => !hit).map(({ name }) => name),
  };
}

function getParametersByPath(cloud: Cloud, store: ParameterStore, input: JsonObject): JsonObject {
  const path = String(input.Path);
  if (!path.startsWith('/')) {
    throw new AwsError('ValidationException', `The parameter path '${path}' must begin with '/'.`);
  }
  const prefix = path.endsWith('/') ? path : `${path}/`;
  const names = store.names.filter(
    name => name.startsWith(prefix) && (input.Recursive === true || !name.slice(prefix.length).includes('/')),
  );
  const { page, next } = pageOf(names, input, PAGE_SIZE);
  return { Parameters: page.flatMap(name => latest(cloud, store, name)), ...next };
}

function getParameterHistory(store: ParameterStore, input: JsonObject): JsonObject {
  const name = String(input.Name);
  const versions = store.versions(name);
  if (versions.length === 0) throw new AwsError('ParameterNotFound', '');
  return {
    Parameters: versions.map(({ version, type, value, modifiedMs }) => ({
      Name: name,
      Type: type,
      Value: value,
      Version: version,
      LastModifiedDate: modifiedMs / 1000,
    })),
  };
}

function describeParameters(cloud: Cloud, store: ParameterStore, input: JsonObject): JsonObject {
  const filters = Array.isArray(input.ParameterFilters) ? input.ParameterFilters : [];
  const names = store.names.filter(name => filters.every(filter => passes(name, store.latest(name)?.type, filter)));
  const { page, next } = pageOf(names, input, DESCRIBE_PAGE_SIZE);
  const parameters = page.flatMap(name => {
    const parameter = store.latest(name);
    if (!parameter) return [];
    const { Value: _, ...metadata } = write(cloud, name, parameter, '');
    return [{ ...metadata, Tier: 'Standard', Description: parameter.description, Policies: [] }];
  });
  return { Parameters: parameters, ...next };
}

function passes(name: string, type: string | undefined, filter: JsonObject): boolean {
  const values = textList(filter.Values);
  const option = filter.Option ?? 'Equals';
  if (filter.Key === 'Type') return values.includes(type ?? '');
  if (filter.Key === 'Path') {
    return values.some(path => name.startsWith(path.endsWith('/') ? path : `${path}/`));
  }
  if (filter.Key !== 'Name') {
    throw new AwsError('InvalidFilterKey', `The filter key ${String(filter.Key)} is not supported`);
  }
  return values.some(value => {
    if (option === 'BeginsWith') return name.startsWith(value);
    return option === 'Contains' ? name.includes(value) : name === value;
  });
}

function deleteParameter(store: ParameterStore, input: JsonObject): JsonObject {
  if (!store.delete(String(input.Name))) throw new AwsError('ParameterNotFound', '');
  return {};
}

function deleteParameters(store: ParameterStore, input: JsonObject): JsonObject {
  const deleted = textList(input.Names).map(name => ({ name, done: store.delete(name) }));
  return {
    DeletedParameters: deleted.filter(({ done }) => done).map(({ name }) => name),
    InvalidParameters: deleted.filter(({ done }) => !done).map(({ name }) => name),
  };
}

function latest(cloud: Cloud, store: ParameterStore, name: string): JsonObject[] {
  const parameter = store.latest(name);
  return parameter ? [write(cloud, name, parameter, '')] : [];
}

function write(cloud: Cloud, name: string, parameter: ParameterVersion, selector: string) {
  return {
    Name: name,
    Type: parameter.type,
    Value: parameter.value,
    Version: parameter.version,
    ...(selector === '' ? {} : { Selector: selector }),
    LastModifiedDate: parameter.modifiedMs / 1000,
    ARN: arnOf(cloud, name),
    DataType: parameter.dataType,
  };
}

function arnOf(cloud: Cloud, name: string): string {
  return name.startsWith('arn:') ? name : cloud.arn('ssm', `parameter/${name.replace(/^\//, '')}`);
}

function pageOf(names: readonly string[], input: JsonObject, size: number): { page: string[]; next: JsonObject } {
  const start = Number(input.NextToken ?? 0);
  const end = start + Math.min(Number(input.MaxResults ?? size), size);
  return { page: names.slice(start, end), next: end < names.length ? { NextToken: String(end) } : {} };
}

function textList(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}
