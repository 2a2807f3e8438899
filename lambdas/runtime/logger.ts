import { optionalVariable } from './environment.ts';

/** One line of JSON per message. */
export interface Logger {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

/** A logger of one hop; the line says level, message, hop and stage, then the details. */
export function logger(hop: string): Logger {
  const stage = optionalVariable('STAGE');
  const write = (level: string) => (message: string, details?: Readonly<Record<string, unknown>>) => {
    process.stdout.write(`${JSON.stringify({ level, message, hop, stage, ...details })}\n`);
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
