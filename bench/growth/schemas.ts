import { type EventContract, eventParser, interpretedValidator, schemaContract } from '../../core/index.ts';
import { readEventSchemas } from '../../domains/event-schemas.ts';
import { visitorEvents } from '../visitor-events.ts';
import type { Grower } from './world.ts';

const EVENTS = 2000;

export const schemas: Grower = {
  name: 'schemas',
  says: 'event types that a parser knows, each with its schema, and events of them judged',
  base: 10,

  async open() {
    const page = readEventSchemas().find(schema => schema.title === 'PageViewed');
    const [event] = visitorEvents(1);
    if (!page || !event) throw new Error('Cannot measure: there is no page');
    return {
      grow(size) {
        const types = Array.from({ length: size }, (_, index) => `behaviour.page.viewed${index}.v1`);
        const contracts = types.map(
          (type): EventContract => schemaContract(type, interpretedValidator({ ...structuredClone(page), $id: type })),
        );
        const parse = eventParser(contracts);
        let events: readonly object[] | undefined; // made when they are first needed, so that they are no memory of the schemas
        const made = () =>
          Array.from({ length: EVENTS }, (_, index) => ({
            ...event,
            type: types[(index * 7919) % size],
            data: { url: `/products/${index}`, title: 'A page' },
          }));
        const visit = () => {
          events ??= made();
          if (!events.every(each => parse(each).ok)) throw new Error('Cannot measure: a good event is refused');
          return events.length;
        };
        return { visit };
      },
      close: async () => {},
    };
  },
};
