# The identity account: the role that makes first passwords, and who may take it. Both documents
# are those of config/iam, with the names of this installation.

variable "host_role_arn" {
  type        = string
  description = "The role of the hosts, in their account (output of ../host; made first)."
}

variable "external_id" {
  type        = string
  description = "external_id in iamlp.conf."
}

variable "organization_id" {
  type        = string
  description = "The organisation of both accounts."
}

data "aws_caller_identity" "here" {}

resource "aws_iam_role" "provision" {
  name                 = "iamlp-provision"
  max_session_duration = 3600
  assume_role_policy = replace(replace(replace(
    file("${path.module}/../../../iam/identity-trust.json"),
    "arn:aws:iam::123456789012:role/iamlp-host", var.host_role_arn),
    "example-external-id", var.external_id),
    "o-exampleorgid", var.organization_id
  )
}

resource "aws_iam_role_policy" "provision" {
  name = "iamlp"
  role = aws_iam_role.provision.id
  policy = replace(
    file("${path.module}/../../../iam/identity-role.json"),
    "111122223333", data.aws_caller_identity.here.account_id
  )
}

output "provision_role_arn" {
  value = aws_iam_role.provision.arn
}
