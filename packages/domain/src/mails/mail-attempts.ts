/** Over some sixteen hours: a mail server that is away for a night loses nothing. */
export const MAIL_ATTEMPTS = 12;
