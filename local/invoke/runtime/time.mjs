/**
 * Makes `Date` show the embedded cloud's time, standing still during an invocation. Only on a virtual clock: a handler
 * that computes an expiry must agree with the engines about what time it is.
 */
export function followCloudTime() {
  const MachineDate = Date;
  let nowMs = MachineDate.now();
  class CloudDate extends MachineDate {
    constructor(...args) {
      if (args.length === 0) super(nowMs);
      else super(...args);
    }
    static now() {
      return nowMs;
    }
  }
  Object.defineProperty(CloudDate, 'name', { value: 'Date' });
  globalThis.Date = CloudDate;
  return ms => {
    nowMs = ms;
  };
}
