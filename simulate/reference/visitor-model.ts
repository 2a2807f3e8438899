/**
 * What visitors' events have to come to, told a second time and without the platform's code: the profile of one visitor
 * after events in order, and the facts that follow. Deliberately plain; what it says is the specification.
 */
export interface ModelEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A fact, by what makes it that fact. */
export interface ModelFact {
  readonly key: string;
  /** Of a purchase: what it adds to its day. */
  readonly sale?: { readonly day: string; readonly quantity: number; readonly amountMilli: number };
  /** Of a cart left behind: its worth. */
  readonly cartMilli?: number;
}

interface Line {
  readonly product: string;
  readonly quantity: number;
  readonly unitPrice: number;
}

interface Cart {
  readonly id: string;
  readonly amountMilli: number;
}

/** The template's settings. */
const SESSION_GAP_MS = 30 * 60_000;

export class VisitorModel {
  readonly facts: ModelFact[] = [];
  #visits = 0;
  #firstSeenAtMs = Number.POSITIVE_INFINITY;
  #lastSeenAtMs = 0;
  readonly #seen: Record<string, number> = {};
  #abandonedCarts = 0;
  #session: { id: string; startedAtMs: number; lastEventAtMs: number; events: number } | undefined;
  #cart: Cart | undefined;
  readonly #bought = { lines: 0, quantity: 0, amountMilli: 0 };
  readonly #visitorId: string;

  constructor(visitorId: string) {
    this.#visitorId = visitorId;
  }

  /** @returns false when the event cannot be applied: then nothing has changed */
  apply(event: ModelEvent): boolean {
    const lines = event.type === 'behaviour.purchase.completed.v1' ? linesOf(event.data) : [];
    const sum = lines.reduce((total, line) => total + milli(line), this.#bought.amountMilli);
    if (!Number.isSafeInteger(sum)) return false;
    this.#arrive(event);
    this.#seen[event.type] = (this.#seen[event.type] ?? 0) + 1;
    if (event.type === 'behaviour.cart.item-added.v1') {
      const { quantity, unitPrice } = event.data as unknown as Line; // the generator made it
      const before = this.#cart ?? { id: event.id, amountMilli: 0 };
      this.#cart = { id: before.id, amountMilli: before.amountMilli + milli({ product: '', quantity, unitPrice }) };
    }
    if (lines.length > 0) this.#buy(event, lines);
    return true;
  }

  /** Nobody came back: a cart that is open is given up. */
  giveUpCart(): void {
    if (!this.#cart) return;
    this.#abandonedCarts++;
    this.facts.push({ key: `cart-abandoned ${this.#cart.id}`, cartMilli: this.#cart.amountMilli });
    this.#cart = undefined;
  }

  /** The profile, as it is stored; of an open cart only its id. */
  get profile(): Readonly<Record<string, unknown>> {
    const seen = (type: string) => this.#seen[`behaviour.${type}.v1`] ?? 0;
    const events = Object.values(this.#seen).reduce((sum, count) => sum + count, 0);
    return {
      visitorId: this.#visitorId,
      visits: this.#visits,
      firstSeenAtMs: events === 0 ? 0 : this.#firstSeenAtMs,
      lastSeenAtMs: this.#lastSeenAtMs,
      events,
      pages: seen('page.viewed'),
      searches: seen('search.performed'),
      products: seen('product.viewed'),
      abandonedCarts: this.#abandonedCarts,
      session: this.#session,
      cart: this.#cart?.id,
      purchases: this.#bought,
    };
  }

  #arrive({ id, time }: ModelEvent): void {
    const eventMs = Date.parse(time);
    this.#firstSeenAtMs = Math.min(this.#firstSeenAtMs, eventMs);
    this.#lastSeenAtMs = Math.max(this.#lastSeenAtMs, eventMs);
    if (this.#session && eventMs - this.#session.lastEventAtMs <= SESSION_GAP_MS) {
      this.#session.events++;
      this.#session.lastEventAtMs = Math.max(this.#session.lastEventAtMs, eventMs);
      return;
    }
    this.giveUpCart();
    this.#visits++;
    this.#session = { id, startedAtMs: eventMs, lastEventAtMs: eventMs, events: 1 };
    this.facts.push({ key: `session-started ${id}` });
  }

  #buy({ id, time }: ModelEvent, lines: readonly Line[]): void {
    for (const line of lines) {
      const { product, quantity } = line;
      const amountMilli = milli(line);
      this.#bought.lines++;
      this.#bought.quantity += quantity;
      this.#bought.amountMilli += amountMilli;
      const sale = { day: new Date(Date.parse(time)).toISOString().slice(0, 10), quantity, amountMilli };
      this.facts.push({ key: `purchase-made ${id} ${product} ${quantity}`, sale });
    }
    if (lines.some(({ quantity }) => quantity > 0)) this.#cart = undefined;
  }
}

function linesOf(data: Readonly<Record<string, unknown>>): readonly Line[] {
  return (data.lines ?? [data]) as readonly Line[]; // the generator made it: either spelling
}

function milli({ quantity, unitPrice }: Line): number {
  const amount = Math.round(unitPrice * 1000) * quantity;
  return amount === 0 ? 0 : amount;
}
