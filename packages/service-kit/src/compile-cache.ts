import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Keeps what Node compiles for the next start, of which compiling is a third. Only what is imported after the call is kept, so a
 * program calls this first and imports the rest dynamically. Where the folder cannot be written, nothing is kept.
 */
export function keepCompiledCode(): void {
  // Not in the shared temporary folder, where others could plant code.
  enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/rollcall', import.meta.url)));
}
