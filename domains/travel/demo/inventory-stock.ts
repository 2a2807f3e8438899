import { flightItem, hotelItem, type ItemId } from '../saga/inventory.ts';

/** A row of stock, as the inventory table holds it. */
export interface StockRow {
  readonly itemId: ItemId;
  readonly entry: 'stock';
  readonly available: number;
}

export const demoFlights: readonly string[] = ['MR101', 'MR202', 'MR303', 'MR404'];
export const demoHotels: readonly string[] = ['lisbon-alfama', 'porto-ribeira', 'faro-marina'];
/** Nothing is left of these: a trip that wants them is undone. */
export const soldOutFlight = 'MR000';
export const soldOutHotel = 'lisbon-fully-booked';

const PLENTY = 1_000_000;

/** The stock that a demo begins with. */
export function inventoryStock(): readonly StockRow[] {
  const row = (itemId: ItemId, available: number): StockRow => ({ itemId, entry: 'stock', available });
  return [
    ...demoFlights.map(flight => row(flightItem(flight), PLENTY)),
    ...demoHotels.map(hotel => row(hotelItem(hotel), PLENTY)),
    row(flightItem(soldOutFlight), 0),
    row(hotelItem(soldOutHotel), 0),
  ];
}
