import { useTitle } from "@/components/useTitle";

export function ProfilePage() {
  useTitle("Profile");
  return <h1 className="page-width py-12 text-5xl">Profile</h1>;
}
