import {
  confirmReservations,
  flightItem,
  hotelItem,
  type Inventory,
  type Reservation,
  release,
  reserve,
} from '../../domains/travel/saga/inventory.ts';
import { dynamodbInventory } from '../adapters/inventory-dynamodb.ts';
import { dynamodbClient } from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import { inTime } from '../runtime/in-time.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { stepResult } from '../runtime/saga-step.ts';

/** What the state machine asks for. */
export type InventoryTask =
  | { readonly step: 'reserveFlight'; readonly tripId: string; readonly flight: Flight }
  | { readonly step: 'reserveHotel'; readonly tripId: string; readonly hotel: Hotel }
  | { readonly step: 'confirm'; readonly tripId: string; readonly flight?: Flight; readonly hotel?: Hotel }
  | { readonly step: 'releaseFlight'; readonly tripId: string; readonly flight: Flight }
  | { readonly step: 'releaseHotel'; readonly tripId: string; readonly hotel: Hotel };

interface Flight {
  readonly flightNumber: string;
  readonly seats: number;
}

interface Hotel {
  readonly hotelId: string;
  readonly rooms: number;
}

type InventoryAnswer = Reservation | { readonly tripId: string; readonly status: 'confirmed' | 'released' };

const metrics = hopMetrics('inventory');
const inventory = once((): Inventory => dynamodbInventory(dynamodbClient(), textVariable('INVENTORY_TABLE')));

/** Steps of the saga that concern stock. @throws StepRefused */
export const handler = inTime(async (task: InventoryTask): Promise<InventoryAnswer> => {
  const { tripId } = task;
  switch (task.step) {
    case 'reserveFlight': {
      const { flightNumber, seats } = task.flight;
      return stepResult(
        await reserve(inventory(), { itemId: flightItem(flightNumber), tripId, units: seats }),
        metrics,
      );
    }
    case 'reserveHotel': {
      const { hotelId, rooms } = task.hotel;
      return stepResult(await reserve(inventory(), { itemId: hotelItem(hotelId), tripId, units: rooms }), metrics);
    }
    case 'confirm': {
      const { flight, hotel } = task;
      const items = [
        ...(flight ? [flightItem(flight.flightNumber)] : []),
        ...(hotel ? [hotelItem(hotel.hotelId)] : []),
      ];
      return { tripId, status: stepResult(await confirmReservations(inventory(), tripId, items), metrics) };
    }
    case 'releaseFlight':
      await release(inventory(), flightItem(task.flight.flightNumber), tripId);
      return { tripId, status: 'released' };
    case 'releaseHotel':
      await release(inventory(), hotelItem(task.hotel.hotelId), tripId);
      return { tripId, status: 'released' };
    default:
      throw new Error(`Cannot run step: unknown step '${JSON.stringify(task satisfies never)}'`);
  }
});
