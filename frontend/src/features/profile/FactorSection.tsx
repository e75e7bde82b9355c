import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Problem } from "@/components/Problem";
import { Waiting } from "@/components/Waiting";
import { ME } from "@/lib/player";
import type { Player } from "@/lib/profile";
import {
  type Authenticator,
  listAuthenticators,
  type RecoveryCodes,
  showRecoveryCodes,
} from "@/lib/security";
import { AppFactor } from "./AppFactor";
import { Codes } from "./Codes";
import { useAction } from "./Confirmation";
import { Section } from "./Frame";
import { Passkeys } from "./Passkeys";
import { mine, useMine } from "./useMine";

const ofType = <T extends Authenticator["type"]>(
  list: readonly Authenticator[],
  type: T,
) =>
  list.filter(
    (each): each is Extract<Authenticator, { type: T }> => each.type === type,
  );

/** The second factor: an app, passkeys, and codes for the day that both are lost. */
export function FactorSection({ me }: { me: Player }) {
  const client = useQueryClient();
  const factors = useMine("authenticators", listAuthenticators);
  const [codes, setCodes] = useState<RecoveryCodes | null>(null);
  const reload = () => {
    void client.invalidateQueries({ queryKey: mine("authenticators") });
    void client.invalidateQueries({ queryKey: ME });
  };
  const show = useAction(showRecoveryCodes, setCodes);
  const isStaff = me.role !== "player";
  const list = factors.data ?? [];
  const [app] = ofType(list, "totp");
  const passkeys = ofType(list, "webauthn");
  const [kept] = ofType(list, "recovery_codes");
  // The first factor brings recovery codes, which the server shows once.
  const onAdded = () => {
    reload();
    if (!kept) show.mutate(undefined);
  };
  return (
    <Section
      id="second-factor"
      title="Second factor"
      note={
        isStaff
          ? "Something you have, besides your password. Who looks after the game needs one."
          : "Something you have, besides your password: then the password alone opens nothing."
      }
    >
      {factors.error ? (
        <Problem error={factors.error} onRetry={() => void factors.refetch()} />
      ) : factors.isPending ? (
        <Waiting text="Looking for your factors" />
      ) : (
        <div className="grid gap-10">
          <AppFactor
            app={app}
            hasPassword={me.has_password}
            onAdded={onAdded}
            onRemoved={reload}
          />
          <Passkeys passkeys={passkeys} onAdded={onAdded} onChanged={reload} />
          {kept && (
            <Codes
              kept={kept}
              shown={codes}
              onMade={(next) => {
                setCodes(next);
                reload();
              }}
            />
          )}
        </div>
      )}
      {show.error && (
        <div className="mt-4">
          <Problem error={show.error} />
        </div>
      )}
    </Section>
  );
}
