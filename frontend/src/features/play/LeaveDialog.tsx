import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, buttonClass } from "@/components/Button";
import { Problem } from "@/components/Problem";
import { abandonMatch } from "@/lib/api";

interface LeaveDialogProps {
  matchId: string;
  onClose: () => void;
}

export default function LeaveDialog({ matchId, onClose }: LeaveDialogProps) {
  const navigate = useNavigate();
  const giveUp = useMutation({
    mutationFn: () => abandonMatch(matchId),
    onSuccess: () =>
      navigate({ to: "/match/$matchId", params: { matchId }, replace: true }),
  });
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-10 bg-veil" />
        <AlertDialog.Popup className="fixed inset-x-4 top-1/2 z-10 mx-auto max-w-md -translate-y-1/2 rounded-lg border border-edge bg-raised p-6 shadow-lift">
          <AlertDialog.Title className="text-2xl">Leave this match?</AlertDialog.Title>
          <AlertDialog.Description className="mt-3 text-muted">
            The clock of the open round goes on. You can come back to the match from the
            front page, or give it up: then every round you did not answer is wrong.
          </AlertDialog.Description>
          {giveUp.error && (
            <div className="mt-4">
              <Problem error={giveUp.error} />
            </div>
          )}
          <div className="mt-6 flex flex-wrap gap-3">
            <AlertDialog.Close className={buttonClass("primary")}>
              Keep playing
            </AlertDialog.Close>
            <Link to="/" className={buttonClass("plain")}>
              Front page
            </Link>
            <Button
              look="plain"
              disabled={giveUp.isPending}
              onClick={() => giveUp.mutate()}
            >
              Give up
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
