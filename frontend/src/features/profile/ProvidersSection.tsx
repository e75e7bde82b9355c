import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Button } from "@/components/Button";
import { Problem } from "@/components/Problem";
import { useAccountOptions } from "@/components/useAccountOptions";
import { Waiting } from "@/components/Waiting";
import { readCsrfToken } from "@/lib/http";
import type { Player } from "@/lib/profile";
import {
  type Connection,
  disconnect,
  listConnections,
  type Provider,
  requireRecent,
} from "@/lib/security";
import { useAction } from "./Confirmation";
import { Section } from "./Frame";
import { Said, useSaid } from "./Said";
import { mine, useMine } from "./useMine";
import { useOpener } from "./useOpener";

/** Who was left for, in this tab: what came of it is said on the way back. */
const LEFT_FOR = "eyevsai.connecting";

/** Other accounts that sign in to this one. */
export function ProvidersSection({ me }: { me: Player }) {
  const options = useAccountOptions();
  const connections = useMine("connections", listConnections);
  const problem = options.error ?? connections.error;
  const providers = options.data?.providers;
  const list = useRef<HTMLDivElement>(null);
  const [said, say] = useSaid();
  useEffect(() => {
    const id = sessionStorage.getItem(LEFT_FOR);
    if (!id || !connections.data) return;
    sessionStorage.removeItem(LEFT_FOR);
    const made = connections.data.find(({ provider }) => provider.id === id);
    if (!made) return;
    say(`${made.provider.name} is connected.`);
    list.current?.scrollIntoView({ block: "center" });
  }, [connections.data, say]);
  if (providers?.length === 0 && connections.data?.length === 0) return null;
  return (
    <Section
      id="providers"
      title="Sign-in providers"
      note="Sign in with an account that you have at another site. That site learns nothing of your matches."
    >
      {problem ? (
        <Problem
          error={problem}
          onRetry={() => {
            void options.refetch();
            void connections.refetch();
          }}
        />
      ) : !providers || !connections.data ? (
        <Waiting text="Asking" />
      ) : (
        <div ref={list}>
          <ul>
            {mergeRows(providers, connections.data).map(({ provider, own }) => (
              <ProviderRow
                key={provider.id}
                provider={provider}
                own={own}
                me={me}
                onSay={say}
              />
            ))}
          </ul>
          <Said text={said} />
        </div>
      )}
    </Section>
  );
}

/** Every provider of the server, and those that were connected before it went away. */
function mergeRows(
  providers: readonly Provider[],
  connections: readonly Connection[],
): { provider: Provider; own: Connection[] }[] {
  const all = new Map(
    [...providers, ...connections.map(({ provider }) => provider)].map((each) => [
      each.id,
      each,
    ]),
  );
  return [...all.values()].map((provider) => ({
    provider,
    own: connections.filter((each) => each.provider.id === provider.id),
  }));
}

interface ProviderRowProps {
  provider: Provider;
  own: readonly Connection[];
  me: Player;
  onSay: (text: string) => void;
}

function ProviderRow({ provider, own, me, onSay }: ProviderRowProps) {
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const connect = useAction(
    () => requireRecent(me.has_password),
    () => form.current?.requestSubmit(),
  );
  const button = useOpener(own.length > 0);
  const cut = useAction(disconnect, async () => {
    await client.invalidateQueries({ queryKey: mine("connections") });
    onSay(`${provider.name} is disconnected.`);
  });
  const error = connect.error ?? cut.error;
  return (
    <li className="border-b border-line py-3 first:pt-0 last:border-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <span className="min-w-0 grow basis-40">
          <span className="block font-semibold">{provider.name}</span>
          {own.length > 0 && <span className="block text-muted">Connected</span>}
        </span>
        {own.length === 0 ? (
          <form
            ref={form}
            method="post"
            action="/_allauth/browser/v1/auth/provider/redirect"
            onSubmit={(event) => {
              const field = event.currentTarget.elements.namedItem(
                "csrfmiddlewaretoken",
              ) as HTMLInputElement;
              field.value = readCsrfToken();
              sessionStorage.setItem(LEFT_FOR, provider.id);
            }}
          >
            <input type="hidden" name="provider" value={provider.id} />
            <input type="hidden" name="process" value="connect" />
            <input type="hidden" name="callback_url" value="/profile/security" />
            <input type="hidden" name="csrfmiddlewaretoken" defaultValue="" />
            <Button
              ref={button}
              look="plain"
              disabled={connect.isPending}
              onClick={() => connect.mutate(undefined)}
            >
              Connect<span className="sr-only"> {provider.name}</span>
            </Button>
          </form>
        ) : (
          own.map((connection) => (
            <Button
              key={connection.uid}
              look="plain"
              disabled={cut.isPending}
              onClick={() => {
                onSay("");
                cut.mutate(connection);
              }}
            >
              Disconnect<span className="sr-only"> {provider.name}</span>
            </Button>
          ))
        )}
      </div>
      {error && (
        <div className="mt-3">
          <Problem error={error} />
        </div>
      )}
    </li>
  );
}
