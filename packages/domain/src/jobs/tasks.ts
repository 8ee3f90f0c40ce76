/** Long work that administrators watch: what a job is of, and the name of the task that does it. */
export type JobKind =
  | 'default-group-cleanup'
  | 'default-group-cleanup-undo'
  | 'delete-schema-values'
  | 'recalculate-licenses';

/** What the task of a job is told; all else stands in the job. */
export interface JobReference {
  accountId: string;
  jobId: string;
}

/** Which mail to send, to whom and about what: it is written when it is sent. */
export type MailReference =
  | { mail: 'invitation'; accountId: string; invitationId: string }
  | { mail: 'email_confirmation'; accountId: string; confirmationId: string }
  | { mail: 'alerts'; accountId: string; userId: string; mailId: string }
  | {
      mail: 'token_expiry';
      accountId: string;
      userId: string;
      tokenKind: 'scim' | 'service';
      tokenId: string;
      daysBefore: number;
    };

/** What a task is told that the clock starts. */
export interface ClockPayload {}

/**
 * Every task of the worker by its name, and what it is told: ids, so that the queue holds no secret and nothing about a
 * person, and the task sees the state of its own moment. A task can run twice, or stop in the middle and begin again.
 */
export interface TaskPayloads extends Record<JobKind, JobReference> {
  'send-mail': MailReference;
  'queue-alert-mails': ClockPayload;
  'warn-of-token-expiry': ClockPayload;
  'end-expired-invitations': ClockPayload;
  'delete-old-records': ClockPayload;
}

export type TaskName = keyof TaskPayloads;
