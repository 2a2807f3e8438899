/** A product of the shop that demo visitors walk through. */
export interface ShopProduct {
  readonly product: string;
  readonly category: string;
  readonly unitPrice: number;
}

export const shopCurrency = 'GBP';

export const shopProducts: readonly ShopProduct[] = [
  { product: 'lantern-white', category: 'lanterns', unitPrice: 3.39 },
  { product: 'lantern-brass', category: 'lanterns', unitPrice: 12.75 },
  { product: 'heart-holder', category: 'decoration', unitPrice: 2.55 },
  { product: 'hand-warmer', category: 'winter', unitPrice: 1.85 },
  { product: 'hot-water-bottle', category: 'winter', unitPrice: 4.25 },
  { product: 'cake-stand', category: 'kitchen', unitPrice: 10.95 },
  { product: 'tea-set', category: 'kitchen', unitPrice: 24.95 },
  { product: 'jam-jar', category: 'kitchen', unitPrice: 0.125 },
  { product: 'picture-frame', category: 'decoration', unitPrice: 8.5 },
  { product: 'bunting', category: 'decoration', unitPrice: 4.95 },
];

export const shopPages: readonly string[] = ['/', '/offers', '/new', '/lanterns', '/kitchen', '/winter', '/delivery'];
export const shopSearches: readonly string[] = ['lantern', 'gift', 'warm', 'tea', 'frame', 'christmas'];
export const shopCountries: readonly string[] = ['United Kingdom', 'Germany', 'France', 'Ireland', 'Spain'];
