import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cloud } from '../../local/cloud/cloud.ts';
import { seededIds } from '../../local/cloud/ids.ts';
import { OPERATOR, type Principal } from '../../local/cloud/principal.ts';
import type { JsonObject } from '../../local/cloud/service.ts';
import { type DiskJournal, openJournal } from '../../local/journal/disk-journal.ts';
import { VirtualClock } from '../../local/time/virtual-clock.ts';

export interface RestartableCloud {
  readonly cloud: Cloud;
  readonly clock: VirtualClock;
  readonly journal: DiskJournal;
  readonly folder: string;
  call<Output = JsonObject>(
    service: string,
    operation: string,
    input: JsonObject,
    principal?: Principal,
  ): Promise<Output>;
  /** The same cloud after `kill -9`, `downMs` later. The killed one stands by as it was, for comparison. */
  restarted(downMs?: number): Promise<RestartableCloud>;
}

export interface RestartableOptions {
  /** @default as the journal has it */
  readonly snapshotAfterBytes?: number;
}

/** Clouds on data folders of their own, on virtual clocks; `remove` ends them all. */
export function restartableClouds(register: (cloud: Cloud) => void, options: RestartableOptions = {}) {
  const root = mkdtempSync(join(tmpdir(), 'millrace-restart-'));
  const opened: RestartableCloud[] = [];

  async function start(folder: string, startMs?: number): Promise<RestartableCloud> {
    const journal = openJournal({ folder, ...options });
    const clock = new VirtualClock(startMs);
    const ids = seededIds(1 + opened.length);
    const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids, journal });
    register(cloud);
    await journal.resume();
    const running: RestartableCloud = {
      cloud,
      clock,
      journal,
      folder,
      call: (service, operation, input, principal = OPERATOR) => cloud.call({ service, operation, input, principal }),
      restarted: async (downMs = 0) => {
        await journal.settled();
        const copy = join(root, String(opened.length));
        cpSync(folder, copy, { recursive: true });
        rmSync(join(copy, 'lock'), { force: true });
        return start(copy, clock.now() + downMs);
      },
    };
    opened.push(running);
    return running;
  }

  return {
    start: () => start(join(root, String(opened.length))),
    remove: async () => {
      for (const { cloud, journal } of opened) {
        await cloud.close();
        await journal.close();
      }
      rmSync(root, { recursive: true, force: true });
    },
  };
}
