import { ensureAssembly } from '../assembly.ts';
import { type Command, UsageError } from '../command.ts';
import { deployedRules } from '../rules/deployed-rules.ts';
import { readTestedEvent, type TestedEvent } from '../rules/read-event.ts';
import { rulesText, verdictsText } from '../rules/rules-text.ts';
import { type RuleVerdict, tryRules } from '../rules/try-rules.ts';

const HELP = `Usage: millrace rules list [--json]
       millrace rules test EVENT.json [--json]

The rules of the bus, as the synthesized template has them: no platform has to run.

  list                 every rule with its pattern, its targets and who consumes what they take
  test EVENT.json      which rules an event meets, and of every other rule each field that stands in the way, with what is
                       expected and what is there; the file holds a CloudEvent or an event as EventBridge has it, - is the
                       standard input

Options:
  --json            list: print a list of {name, description, bus, isEnabled, pattern, targets: [{text, consumers,
                    isTransformed}]}; test: print {type, source, remarks, rules: [{rule, bus, matches, mismatches: [{field,
                    expected: [text], actual: [value]}], branches}]}
  -h, --help        this text

Exit code: list: 0. test: 0 when a rule matches, 1 when none does. 2 when the command cannot be carried out.`;

export const rules: Command = {
  name: 'rules',
  summary: 'the rules of the bus, and which of them an event meets',
  help: HELP,
  options: { json: { type: 'boolean' } },

  async run({ options, positionals }) {
    const [what = '', ...files] = positionals;
    const wanted = { list: 0, test: 1 }[what];
    if (wanted === undefined) throw new UsageError(`Cannot run 'rules ${what}': one of list, test is needed`);
    const [file = ''] = files;
    if (files.length !== wanted) {
      const needed = wanted === 0 ? 'no argument is needed' : 'one file is needed';
      throw new UsageError(`Cannot run 'rules ${what}': ${needed}, received ${files.length}`);
    }
    const event = what === 'test' ? await readTestedEvent(file) : undefined;
    const { folder } = await ensureAssembly(line => console.error(line));
    const deployed = deployedRules(folder);
    if (!event) {
      console.log(options.json === true ? JSON.stringify(deployed) : rulesText(deployed));
      return 0;
    }
    const verdicts = tryRules(deployed, event.event);
    console.log(options.json === true ? JSON.stringify(reportOf(event, verdicts)) : verdictsText(event, verdicts));
    return verdicts.some(({ matches }) => matches) ? 0 : 1;
  },
};

function reportOf({ type, source, remarks }: TestedEvent, verdicts: readonly RuleVerdict[]): object {
  const tried = verdicts.map(({ rule, ...verdict }) => ({ rule: rule.name, bus: rule.bus, ...verdict }));
  return { type, source, remarks, rules: tried };
}
