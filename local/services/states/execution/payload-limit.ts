/** The most bytes of JSON that one state hands to the next, and that an execution takes as its input. */
export const LARGEST_PAYLOAD_BYTES = 262_144;
