import { Badge, PasswordInput, Select, TextInput } from "@mantine/core";
import type { User, UserPage } from "@/api/adminTypes";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import { useMay, useSession } from "@/api/session";
import type { Role } from "@/api/types";
import { useList } from "@/api/useList";
import type { Column } from "@/components/DataTable";
import { FormDialog } from "@/components/FormDialog";
import { ListView } from "@/components/ListView";
import { toastDone } from "@/components/toasts";
import { useDraft } from "@/components/useDraft";
import { AdminPage } from "@/features/admin/AdminPage";
import classes from "@/features/admin/AdminPage.module.css";
import { DeleteDialog } from "@/features/admin/DeleteDialog";
import { RowActions } from "@/features/admin/RowActions";
import { useEditing } from "@/features/admin/useEditing";
import { type MessageKey, useText } from "@/i18n";
import { Time } from "@/time/Time";

const KEY = keys.admin("users");
const rows = ({ users }: UserPage) => users;
const ROLES: readonly Role[] = ["viewer", "operator", "admin"];

/** Who may log in, and what each may do. */
export default function UsersPage() {
  const t = useText();
  const list = useList<User, UserPage>({ queryKey: KEY, resource: "/users", rows });
  const editing = useEditing<User>(KEY);
  const mayAdd = useMay("admin"); // who may not add users does not see them either
  const me = useSession().user.username;
  const columns: Column<User>[] = [
    { id: "name", header: t("users.name"), width: "minmax(9rem, 1.2fr)", cell: (user) => <NameCell user={user} /> },
    {
      id: "role",
      header: t("users.role"),
      width: "minmax(6rem, 0.8fr)",
      cell: (user) => t(`role.${user.role}` as MessageKey),
    },
    {
      id: "by",
      header: t("users.by"),
      width: "minmax(8rem, 1fr)",
      wideOnly: true,
      cell: (user) => <LoginCell user={user} />,
    },
    {
      id: "last",
      header: t("users.lastLogin"),
      width: "9rem",
      wideOnly: true,
      cell: (user) => <Time at={user.last_login_at} as="relative" />,
    },
    {
      id: "created",
      header: t("users.created"),
      width: "9rem",
      wideOnly: true,
      cell: (user) => <Time at={user.created_at} as="relative" />,
    },
    {
      id: "actions",
      header: "",
      width: "5.5rem",
      align: "right",
      cell: (user) => (
        <RowActions
          name={user.username}
          onEdit={() => editing.edit(user)}
          onDelete={user.username === me ? undefined : () => editing.remove(user)}
        />
      ),
    },
  ];
  return (
    <AdminPage
      title={t("admin.users")}
      hint={t("users.hint")}
      {...(mayAdd && { add: { label: t("users.add"), role: "admin", onClick: editing.add } })}
    >
      <ListView list={list} columns={columns} rowKey={(user) => user.username} label={t("admin.users")} empty={null} />
      {(editing.adding || editing.edited) && (
        <UserForm user={editing.edited} onDone={editing.refresh} onClose={editing.close} />
      )}
      {editing.deleted && (
        <DeleteDialog
          name={editing.deleted.username}
          resource={path`/users/${editing.deleted.username}`}
          onDone={editing.refresh}
          onClose={editing.close}
        >
          {t("users.delete.text")}
        </DeleteDialog>
      )}
    </AdminPage>
  );
}

function NameCell({ user }: { user: User }) {
  return (
    <div>
      <div className={classes.strong}>{user.username}</div>
      {user.display_name && <div className={classes.dim}>{user.display_name}</div>}
    </div>
  );
}

function LoginCell({ user }: { user: User }) {
  const t = useText();
  return (
    <span className={classes.actions}>
      {t(user.is_external ? "users.external" : "users.password")}
      {user.must_change_password && (
        <Badge variant="default" size="sm" tt="none">
          {t("users.mustChange")}
        </Badge>
      )}
    </span>
  );
}

interface UserFormProps {
  user: User | null;
  onDone: () => Promise<unknown>;
  onClose: () => void;
}

function UserForm({ user, onDone, onClose }: UserFormProps) {
  const t = useText();
  const { draft, set, bind } = useDraft({
    username: user?.username ?? "",
    display_name: user?.display_name ?? "",
    role: user?.role ?? ("viewer" as Role),
    password: "",
  });
  const save = async () => {
    const { username, display_name, role, password } = draft;
    const change = { display_name, role, ...(password && { password }) };
    await (user ? api.patch(path`/users/${username}`, change) : api.post("/users", { username, ...change }));
    toastDone(t("admin.saved", { name: username }));
    await onDone();
  };
  return (
    <FormDialog
      title={user ? t("admin.edit", { name: user.username }) : t("users.add")}
      submit={t("action.save")}
      onSubmit={save}
      onClose={onClose}
    >
      {(errorOf) => (
        <>
          <TextInput
            label={t("users.name")}
            required
            disabled={user !== null}
            autoComplete="off"
            error={errorOf("username")}
            data-autofocus
            {...bind("username")}
          />
          <TextInput label={t("users.displayName")} error={errorOf("display_name")} {...bind("display_name")} />
          <Select
            label={t("users.role")}
            description={t(`role.${draft.role}.may` as MessageKey)}
            allowDeselect={false}
            data={ROLES.map((role) => ({ value: role, label: t(`role.${role}` as MessageKey) }))}
            value={draft.role}
            onChange={(role) => set({ role: role as Role })}
          />
          {!user?.is_external && (
            <PasswordInput
              label={t(user ? "users.newPassword" : "login.password")}
              description={t(user ? "users.newPassword.hint" : "users.password.hint")}
              required={user === null}
              autoComplete="new-password"
              error={errorOf("password")}
              visibilityToggleButtonProps={{ "aria-label": t("login.showPassword") }}
              {...bind("password")}
            />
          )}
        </>
      )}
    </FormDialog>
  );
}
