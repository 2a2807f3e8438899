import { comparableNumber } from './comparable-number.ts';
import { addressDigits } from './ip-address.ts';

/** Where an event's value stands among the event's arrays: in element `index` of `array`, itself inside `outer`. */
export interface ArrayElement {
  readonly array: number;
  readonly index: number;
  readonly outer: ArrayElement | undefined;
}

/** A string, number, boolean or null of an event. Its other readings are made when a rule first asks for them. */
export class EventValue {
  readonly isString: boolean;
  /** A string's characters, or the spelling of anything else. */
  readonly text: string;
  #number: number | undefined;
  #numberRead = false;
  #address: string | undefined;
  #addressRead = false;

  constructor(text: string, isString: boolean) {
    this.text = text;
    this.isString = isString;
  }

  /** The number, when the value is one that can be compared by value. */
  get number(): number | undefined {
    if (!this.#numberRead) {
      this.#numberRead = true;
      this.#number = this.isString ? undefined : comparableNumber(this.text);
    }
    return this.#number;
  }

  /** The digits of the IP address, when the value is one. */
  get address(): string | undefined {
    if (!this.#addressRead) {
      this.#addressRead = true;
      this.#address = this.isString ? addressDigits(this.text) : undefined;
    }
    return this.#address;
  }
}

/** The values of one field that stand in the same array element (or in none). */
export interface FieldValues {
  readonly element: ArrayElement | undefined;
  readonly values: EventValue[];
}
