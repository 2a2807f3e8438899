/** Progress of long work on standard error: a bar that redraws on a terminal, a line at each tenth elsewhere. */
export interface ProgressBar {
  update(done: number, note: string): void;
  end(): void;
}

const WIDTH = 28;

export function progressBar(total: number, stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  const startedAtMs = Date.now();
  let tenths = 0;
  let note = '';

  const draw = (share: number) => {
    const filled = Math.round(share * WIDTH);
    const bar = '█'.repeat(filled) + '·'.repeat(WIDTH - filled);
    stream.write(`\r\x1b[2K${bar} ${String(Math.round(share * 100)).padStart(3)} %  ${note}`);
  };

  return {
    update(done, newNote) {
      note = newNote;
      const share = total === 0 ? 1 : Math.min(1, done / total);
      if (stream.isTTY) draw(share);
      else if (Math.floor(share * 10) > tenths) {
        tenths = Math.floor(share * 10);
        stream.write(`${tenths * 10} %  ${note}\n`);
      }
    },
    end() {
      if (stream.isTTY) {
        draw(1);
        stream.write('\n');
      }
      stream.write(`done in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s\n`);
    },
  };
}
