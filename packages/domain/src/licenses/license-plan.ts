import type { AccountSettings } from '../accounts/account-settings.ts';
import { decideLicense, type LicenseDecision } from './decide-license.ts';
import type { LicenseSource, LicenseType } from './license-type.ts';
import { isAvailable } from './seats.ts';

export interface HeldLicense {
  licenseType: LicenseType;
  source: LicenseSource;
}

/** What of an active person bears on their license. */
export interface LicensedPerson {
  id: string;
  userName: string;
  version: number;
  scimManaged: boolean;
  asserted: LicenseType | null;
  manual: LicenseType | null;
  signInGroups: readonly string[] | null;
  held: HeldLicense | null;
}

/** What becomes of one person's license under other settings. */
export interface LicenseChange {
  person: Pick<LicensedPerson, 'id' | 'userName' | 'version'>;
  from: HeldLicense | null;
  to: HeldLicense;
  decision: LicenseDecision;
  /** They should have `to` and keep `from`: the account does not have the type, or no seat of it is free. */
  keptForWantOfSeat: boolean;
}

/** Decides for many people, who come in the order of their creation. */
export interface LicensePlan {
  /** The changes that need no seat of a limited type. Who wants one waits for `rest`. */
  add(people: readonly LicensedPerson[]): readonly LicenseChange[];
  /** Of everybody who waited, in the order of their creation, and who finds no seat any more. */
  rest(): readonly LicenseChange[];
}

/**
 * What a change of settings makes of everybody's license. Those who leave for an unlimited type go first, since that frees
 * seats; then each of the others takes a seat if one is free by then. Nobody loses what they hold for want of a seat.
 */
export function openLicensePlan(settings: AccountSettings): LicensePlan {
  const free = new Map(settings.seatLimits.map((seat) => [seat.licenseType, seat.limit - seat.used]));
  const waiting: LicenseChange[] = [];

  function move({ from, to }: LicenseChange): void {
    addFree(free, to.licenseType, -1);
    if (from !== null) addFree(free, from.licenseType, 1);
  }

  return {
    add(people) {
      const certain: LicenseChange[] = [];
      for (const person of people) {
        const change = changeOf(person, settings);
        if (change === undefined) continue;
        if (needsSeat(settings, change)) {
          waiting.push(change);
        } else {
          move(change);
          certain.push(change);
        }
      }
      return certain;
    },

    rest() {
      return waiting.splice(0).map((change) => {
        const { licenseType } = change.to;
        const isFree = isAvailable(settings, licenseType) && (free.get(licenseType) ?? 1) > 0;
        if (!isFree) return { ...change, keptForWantOfSeat: true };
        move(change);
        return change;
      });
    },
  };
}

/** What the rules say of somebody, where it is not what they hold already. */
export function changeOf(person: LicensedPerson, settings: AccountSettings): LicenseChange | undefined {
  const { id, userName, version, held } = person;
  const decision = decideLicense({
    scimEnabled: settings.scim.enabled,
    manageLicenses: settings.scim.manageLicenses,
    scimManaged: person.scimManaged,
    asserted: person.asserted,
    mappings: settings.licenseMappings,
    signInGroups: person.signInGroups,
    manual: person.manual,
    held,
    defaultLicenseType: settings.scim.defaultLicenseType,
  });
  if (decision.licenseType === held?.licenseType && decision.source === held.source) return undefined;
  return {
    person: { id, userName, version },
    from: held,
    to: { licenseType: decision.licenseType, source: decision.source },
    decision,
    keptForWantOfSeat: false,
  };
}

function needsSeat(settings: AccountSettings, { from, to }: LicenseChange): boolean {
  if (from?.licenseType === to.licenseType) return false;
  const isLimited = settings.seatLimits.some((seat) => seat.licenseType === to.licenseType);
  return isLimited || !isAvailable(settings, to.licenseType);
}

function addFree(free: Map<LicenseType, number>, licenseType: LicenseType, seats: 1 | -1): void {
  const before = free.get(licenseType);
  if (before !== undefined) free.set(licenseType, before + seats);
}
