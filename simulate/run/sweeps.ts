/**
 * The sweeper looks for idle carts every minute, and a cart has to be idle for half an hour: between the traffic and that
 * moment it finds nothing, and a run can do without.
 */
import type { JsonObject } from '../../local/cloud/service.ts';
import type { SimulatedCloud } from '../cloud/simulated-cloud.ts';

const PAUSE_FROM_MS = 3 * 60_000;
const PAUSE_UNTIL_MS = 29 * 60_000;

interface Schedule extends JsonObject {
  readonly Name: string;
  readonly GroupName: string;
}

/** @param name of the sweeper's schedule */
export function pauseSweeps(cloud: SimulatedCloud, name: string): void {
  const set = async (State: 'ENABLED' | 'DISABLED') => {
    const { Arn, CreationDate, LastModificationDate, ...schedule } = await findSchedule(cloud, name);
    await cloud.call('scheduler', 'UpdateSchedule', { ...schedule, State });
  };
  cloud.clock.schedule(PAUSE_FROM_MS, () => void set('DISABLED'));
  cloud.clock.schedule(PAUSE_UNTIL_MS, () => void set('ENABLED'));
}

async function findSchedule(cloud: SimulatedCloud, name: string): Promise<Schedule> {
  const { Schedules } = await cloud.call<{ Schedules: Schedule[] }>('scheduler', 'ListSchedules', {});
  const GroupName = Schedules.find(({ Name }) => Name === name)?.GroupName;
  return cloud.call<Schedule>('scheduler', 'GetSchedule', { Name: name, ...(GroupName ? { GroupName } : {}) });
}
