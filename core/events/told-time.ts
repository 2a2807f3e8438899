import type { CloudEvent } from './cloud-event.ts';

/**
 * When an event happened, as far as its producer said so: it is part of what tells two contents apart. `undefined` when the
 * door set or corrected the time (`doortime`), for then each sending of the event has another one.
 */
export function toldTime({ time, doortime }: CloudEvent): string | undefined {
  return doortime === true ? undefined : time;
}
