import { createHash } from 'node:crypto';
import type { StateMachineDefinition } from '../definition/state-definition.ts';
import type { MachineVersion } from '../machine-names.ts';
import type { StateMachine } from '../state-machine.ts';
import type { StatesEngine } from '../states-engine.ts';
import { keepMap, keepMapAs } from './keep-map.ts';

/** A machine as it is kept: its definition is kept for itself, under its digest. */
export interface StoredMachine extends Omit<StateMachine, 'definition' | 'definitionText'> {
  readonly digest: string;
}

/** Puts machines into the form in which they are kept, and back. */
export interface MachineForm {
  store(machine: StateMachine): StoredMachine;
  restore(stored: StoredMachine): StateMachine;
}

/** Keeps machines, versions and aliases; executions keep their machines in the form that is answered. */
export function keepMachines(engine: StatesEngine): MachineForm {
  const { journal } = engine.cloud;
  const { versions, aliases, lastNumbers } = engine.machineNames;
  const { form, noteDefinition } = keepDefinitions(engine);
  keepMapAs({ journal, name: 'states/machines', map: engine.stateMachines, ...form });
  const touch = engine.stateMachines.changed;
  engine.stateMachines.changed = arn => {
    noteDefinition(engine.stateMachines.get(arn));
    touch(arn);
  };
  keepMapAs({
    journal,
    name: 'states/versions',
    map: versions,
    store: ({ machine, ...version }: MachineVersion) => ({ ...version, machine: form.store(machine) }),
    restore: ({ machine, ...version }) => ({
      ...version,
      description: version.description,
      machine: form.restore(machine),
    }),
  });
  keepMap({ journal, name: 'states/aliases', map: aliases });
  keepMap({ journal, name: 'states/version-numbers', map: lastNumbers });
  return form;
}

interface Definition {
  readonly text: string;
  readonly definition: StateMachineDefinition;
}

/**
 * A definition is kept once, for as long as a machine, a version or an execution uses it. Every definition has been a
 * machine's own before anything else could use it.
 */
function keepDefinitions(engine: StatesEngine) {
  const definitions = new Map<string, Definition>();
  const digests = new WeakMap<StateMachineDefinition, string>();
  const touch = engine.cloud.journal.keep<string>({
    name: 'states/definitions',
    keys: () => new Set([...machinesInUse(engine)].map(digestOf)),
    read: digest => definitions.get(digest)?.text,
    restore: (digest, text) => {
      const definition = JSON.parse(text) as StateMachineDefinition; // checked when the machine was created
      digests.set(definition, digest);
      definitions.set(digest, { text, definition });
    },
  });
  function digestOf({ definition, definitionText }: StateMachine): string {
    const known = digests.get(definition);
    if (known !== undefined) return known;
    const digest = createHash('sha256').update(definitionText).digest('base64');
    digests.set(definition, digest);
    return digest;
  }
  function noteDefinition(machine: StateMachine | undefined): void {
    if (!machine) return;
    const digest = digestOf(machine);
    definitions.set(digest, { text: machine.definitionText, definition: machine.definition });
    touch(digest);
  }
  const form: MachineForm = {
    store: machine => {
      const { definition: _, definitionText: _text, ...rest } = machine;
      return { ...rest, digest: digestOf(machine) };
    },
    restore: ({ digest, ...rest }) => {
      const known = definitions.get(digest);
      if (!known) throw new Error(`Cannot restore ${rest.arn}: its definition ${digest} is not there`);
      return { ...rest, revisionId: rest.revisionId, definition: known.definition, definitionText: known.text };
    },
  };
  return { form, noteDefinition };
}

function* machinesInUse(engine: StatesEngine): Generator<StateMachine> {
  yield* engine.stateMachines.values();
  for (const { machine } of engine.machineNames.versions.values()) yield machine;
  for (const { stateMachine } of engine.executions.values()) yield stateMachine;
}
