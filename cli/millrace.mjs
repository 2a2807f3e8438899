#!/usr/bin/env node
/** The way in: switches on Node's compile cache, which also keeps stripped types, so that later starts are light. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../.build/compile-cache', import.meta.url)));
await import('./millrace.ts');
