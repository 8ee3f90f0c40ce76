/** A mail as it is written: plain text, and the same in simple HTML. */
export interface OutgoingMail {
  /** The same for the same mail, however often it is sent: a mailbox can then tell a repetition. */
  messageId: string;
  to: { name: string; address: string };
  subject: string;
  headers: Readonly<Record<string, string>>;
  text: string;
  html: string;
}

export interface Mailer {
  /** Throws TaskError while the mail cannot be sent, HopelessTaskError when its recipient is refused for good. */
  send(mail: OutgoingMail): Promise<void>;
}
