import { keepCompiledCode } from '@rollcall/service-kit/compile-cache';

keepCompiledCode();
await import('./stack.ts');
