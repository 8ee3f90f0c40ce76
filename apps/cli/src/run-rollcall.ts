import { Command, CommanderError } from 'commander';
import { addAccountCommands } from './commands/account.ts';
import { addDefaultGroupsCommands } from './commands/default-groups.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addDomainCommands } from './commands/domain.ts';
import { addGroupCommands } from './commands/group.ts';
import { addGroupsCommands } from './commands/groups.ts';
import { addInvitationCommands } from './commands/invitation.ts';
import { addIpRuleCommands } from './commands/ip-rules.ts';
import { addJobsCommands } from './commands/jobs.ts';
import { addLicenseMappingCommands } from './commands/license-mapping.ts';
import { addLogCommands } from './commands/log.ts';
import { addMigrateCommand } from './commands/migrate.ts';
import { addSsoCommands } from './commands/sso.ts';
import { addSchemaCommands } from './commands/schema.ts';
import { addScimCommands } from './commands/scim.ts';
import { addTokenCommands } from './commands/token.ts';
import { addUserCommands } from './commands/user.ts';
import { addUsersCommands } from './commands/users.ts';
import { explainFailure } from './explain-failure.ts';

const FAILED = 1;
const WRONG_USAGE = 2;

/** Runs one command line and returns the exit code: 0, 1 when the work failed, 2 when the command line is wrong. */
export async function runRollcall(args: readonly string[]): Promise<number> {
  try {
    await buildProgram().parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    process.stderr.write(`rollcall: ${explainFailure(error)}\n`);
    return FAILED;
  }
}

function buildProgram(): Command {
  const program = new Command('rollcall')
    .description("The operator's command: accounts, tokens, licenses, and what identity providers did.")
    .exitOverride()
    .showHelpAfterError('(add --help for the arguments, options and an example)')
    .addHelpText(
      'after',
      '\nThe database is the one of DATABASE_URL, else that of a running "npm start".\nEvery verb takes --json. Exit code: 0 done, 1 failed, 2 wrong usage.',
    );
  addMigrateCommand(program);
  addAccountCommands(program);
  addDomainCommands(program);
  addScimCommands(program);
  addSsoCommands(program);
  addSchemaCommands(program);
  addTokenCommands(program);
  addIpRuleCommands(program);
  addLicenseMappingCommands(program);
  addUsersCommands(program);
  addUserCommands(program);
  addInvitationCommands(program);
  addGroupsCommands(program);
  addGroupCommands(program);
  addDefaultGroupsCommands(program);
  addJobsCommands(program);
  addLogCommands(program);
  addDoctorCommand(program);
  return program;
}
