import type { Ids } from '../../local/cloud/ids.ts';

/** `randomUUID` and `getRandomValues` from the seed. */
export function webCrypto(ids: Ids) {
  return {
    randomUUID: () => ids.uuid(),
    getRandomValues<View extends ArrayBufferView>(view: View): View {
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      for (let index = 0; index < bytes.length; index++) bytes[index] = Math.floor(ids.random() * 256);
      return view;
    },
  };
}
