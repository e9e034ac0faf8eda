import { PasswordSection } from "./PasswordSection";
import { PushSection } from "./PushSection";
import { SecondFactorSection } from "./SecondFactorSection";
import { SessionsSection } from "./SessionsSection";
import { TokensSection } from "./TokensSection";

export function ProfileTab() {
  return (
    <>
      <PasswordSection />
      <SecondFactorSection />
      <PushSection />
      <SessionsSection />
      <TokensSection />
    </>
  );
}
