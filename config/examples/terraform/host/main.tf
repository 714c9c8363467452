# The hosts' account: the role of the hosts, and a host with it. What it may do is
# config/iam/host-assume.json, with the names of this installation.

variable "provision_role_arn" {
  type        = string
  description = "The role in the identity account (output of ../identity)."
}

variable "image_id" {
  type        = string
  description = "An image whose repositories have the package."
}

data "aws_partition" "here" {}

resource "aws_iam_role" "host" {
  name = "iamlp-host"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.${data.aws_partition.here.dns_suffix}" }
    }]
  })
}

resource "aws_iam_role_policy" "host" {
  name = "iamlp"
  role = aws_iam_role.host.id
  policy = replace(
    file("${path.module}/../../../iam/host-assume.json"),
    "arn:aws:iam::111122223333:role/iamlp-provision", var.provision_role_arn
  )
}

resource "aws_iam_instance_profile" "host" {
  name = "iamlp-host"
  role = aws_iam_role.host.name
}

resource "aws_instance" "host" {
  ami                  = var.image_id
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.host.name
  user_data            = file("${path.module}/../../user-data.yaml")

  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
}

output "host_role_arn" {
  value = aws_iam_role.host.arn
}
