import { isJsonObject } from '../json-object.ts';

/** The members of an API whose names begin in lower case, as the States Language writes them: `ExecutionArn`. */
export function toPascalMembers(value: unknown): unknown {
  return renameMembers(value, name => name.charAt(0).toUpperCase() + name.slice(1));
}

/** The other way: `StateMachineArn` → `stateMachineArn`. */
export function toCamelMembers(value: unknown): unknown {
  return renameMembers(value, name => name.charAt(0).toLowerCase() + name.slice(1));
}

function renameMembers(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map(item => renameMembers(item, rename));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [rename(name), renameMembers(member, rename)]),
  );
}
