import type { Construct } from 'constructs';
import type { MillraceConfig } from '../../../lib/config.ts';
import { MillraceStack, type MillraceStackProps } from '../../../lib/stacks/millrace-stack.ts';
import { booking, CLOSED, statement, telling } from './deeds.ts';

/** The three processors, wired as any other. */
export class BankStack extends MillraceStack {
  constructor(scope: Construct, props: MillraceStackProps & { readonly config: MillraceConfig }) {
    super(scope, 'bank: one processor for each guarantee', props);
    const settings = { counter: CLOSED };
    const entries = this.table('Entries', { name: 'entries', partitionKey: ['account', 'S'], sortKey: ['id', 'S'] });
    const balances = this.table('Balances', { name: 'balances', partitionKey: ['account', 'S'] });
    this.processor('Statement', statement, { settings });
    this.processor('Booking', booking, { settings, tables: { entries, balances } });
    const partner = this.table('Partner', { name: 'partner', partitionKey: ['id', 'S'] });
    const { handler } = this.processor('Telling', telling, { settings });
    handler.function.addEnvironment('PARTNER_TABLE', partner.tableName);
    partner.grantItems(handler, 'UpdateItem');
  }
}
