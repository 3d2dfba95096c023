import { Button } from "@mantine/core";
import { Compass } from "lucide-react";
import { Link } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { useText } from "@/i18n";

export default function NotFoundPage() {
  const t = useText();
  return (
    <EmptyState
      icon={Compass}
      title={t("error.notFound")}
      action={
        <Button component={Link} to="/dags" variant="default">
          {t("nav.dags")}
        </Button>
      }
    >
      {t("error.notFound.remedy")}
    </EmptyState>
  );
}
