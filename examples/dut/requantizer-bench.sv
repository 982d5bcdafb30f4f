// Lets `bitmac rounding check` ask the module in requantizer.sv: cases in on standard input, codes out on standard output.
//
//     iverilog -g2012 -o requantizer.vvp examples/dut/requantizer.sv examples/dut/requantizer-bench.sv
//     bitmac rounding check tflite-single --dut 'vvp -n requantizer.vvp'
module bench;
  localparam integer STDIN = 32'h8000_0000;
  localparam integer STDOUT = 32'h8000_0001;

  logic signed [31:0] acc, zero_point, min, max, code;
  logic [30:0] multiplier;
  logic signed [5:0] left_shift;
  reg [8*256-1:0] text;
  integer fields;

  requantizer dut (.*);

  initial begin
    fields = $fgets(text, STDIN);  // the header
    while ($fgets(text, STDIN) != 0) begin
      fields = $sscanf(text, "%d %d %d %d %d %d", acc, multiplier, left_shift, zero_point, min, max);
      if (fields == 6) begin
        #1 $fdisplay(STDOUT, "%0d", code);
      end else begin
        $fflush(STDOUT);  // the empty line behind a batch
      end
    end
    $finish;
  end
endmodule
